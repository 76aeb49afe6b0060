import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@perennial/runtime'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fetchJars } from './jars.ts'

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8')

let folder: string
let server: Server | undefined

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'perennial-jars-'))))
afterEach(() => {
  server?.close()
  rmSync(folder, { recursive: true })
})

/** A machine without Maven and without earlier downloads, whose mirror answers everything alike. */
async function machine(status: number): Promise<NodeJS.ProcessEnv> {
  const port = await freePort()
  server = createServer((_, answer) => answer.writeHead(status).end('not a jar'))
  await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
  return { HOME: folder, PATH: '/usr/bin-without-maven', MAVEN_CENTRAL_URL: `http://127.0.0.1:${port}` }
}

test('the list names the versions of the pom', () => {
  const versions = [...read('pom.xml').matchAll(/<(kafka|apicurio|log4j)\.version>(.*?)</g)].map((match) => match[2])
  expect(versions).toHaveLength(3)
  for (const version of versions) expect(read('jars.txt')).toContain(`/${version}/`)
})

test.each([
  ['a file that is not the one on the list', 200, 'is not the file that jars.txt names'],
  ['a mirror without it', 404, 'answered 404'],
])('%s is refused, and nothing half filled stays', async (_, status, reason) => {
  const cache = join(folder, 'cache')
  await expect(fetchJars(cache, await machine(status), () => {})).rejects.toThrow(reason)
  expect(readdirSync(cache)).toEqual([])
})

test('a mirror that cannot be reached is told with what to set', async () => {
  const env = { ...(await machine(200)), MAVEN_CENTRAL_URL: `http://127.0.0.1:${await freePort()}` }
  await expect(fetchJars(folder, env, () => {})).rejects.toThrow(
    /cannot be reached. Set MAVEN_CENTRAL_URL to a mirror.$/,
  )
})
