import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'

const HERE = import.meta.dirname
const LIST = readFileSync(join(HERE, 'jars.txt'), 'utf8')
const CENTRAL = 'https://repo1.maven.org/maven2'

type Jar = Readonly<{ folder: string; path: string; sha256: string }>

export type Jars = Readonly<{
  /** Class path of Kafka. */
  kafka: string
  /** The registry's runnable jar. */
  registry: string
  /** The folder that holds both. */
  folder: string
}>

/**
 * The servers' jars, fetched once per machine into the user's cache folder and checked against jars.txt.
 * They come from the local Maven repository or from Maven Central (MAVEN_CENTRAL_URL names a mirror); where
 * that cannot be reached but Maven can, through its own settings, Maven fetches them.
 * Throws with what to do when neither works.
 */
export async function fetchJars(cache: string, env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<Jars> {
  const folder = join(cache, `servers-${sha256(Buffer.from(LIST)).slice(0, 12)}`)
  if (!existsSync(folder)) {
    report('fetching Kafka and the schema registry from Maven Central (190 MB, once per machine)')
    mkdirSync(cache, { recursive: true })
    const fresh = mkdtempSync(`${folder}-`)
    try {
      await fill(fresh, env)
      // Another run may have been first; its folder is as good as ours.
      if (!existsSync(folder)) renameSync(fresh, folder)
    } finally {
      rmSync(fresh, { recursive: true, force: true })
    }
  }
  return { kafka: join(folder, 'kafka', '*'), registry: runner(folder), folder }
}

async function fill(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const jars = parse(LIST)
  for (const name of new Set(jars.map((jar) => jar.folder))) mkdirSync(join(folder, name))
  try {
    await Promise.all(jars.map((jar) => fetchJar(jar, folder, env)))
  } catch (error) {
    fetchWithMaven(folder, env, error)
    for (const jar of jars) checked(readFileSync(join(folder, jar.folder, basename(jar.path))), jar)
  }
  unpack(join(folder, 'registry'))
}

async function fetchJar(jar: Jar, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const local = join(env['HOME'] ?? homedir(), '.m2', 'repository', jar.path)
  const bytes = existsSync(local) ? readFileSync(local) : await download(jar, env)
  writeFileSync(join(folder, jar.folder, basename(jar.path)), checked(bytes, jar))
}

async function download(jar: Jar, env: NodeJS.ProcessEnv): Promise<Buffer> {
  const url = `${env['MAVEN_CENTRAL_URL'] ?? CENTRAL}/${jar.path}`
  const answer = await fetch(url).catch((cause: unknown) => {
    throw new Error(`${url} cannot be reached`, { cause })
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return Buffer.from(await answer.arrayBuffer())
}

function fetchWithMaven(folder: string, env: NodeJS.ProcessEnv, why: unknown): void {
  const args = ['-q', '-B', '-f', join(HERE, 'pom.xml'), 'process-resources', `-Dto=${folder}`]
  const { status } = spawnSync('mvn', args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status === 0) return
  const reason = why instanceof Error ? why.message : String(why)
  throw new Error(
    `the jars of Kafka and the registry could not be fetched: ${reason}. Set MAVEN_CENTRAL_URL to a mirror.`,
  )
}

function unpack(folder: string): void {
  const [archive] = parse(LIST).filter((jar) => jar.folder === 'registry')
  const file = join(folder, basename(archive?.path ?? ''))
  const { status, stderr } = spawnSync('tar', ['-xzf', file, '-C', folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} could not be unpacked: ${stderr}`)
  rmSync(file)
}

function runner(folder: string): string {
  const archive = parse(LIST).find((jar) => jar.folder === 'registry')
  return join(folder, 'registry', basename(archive?.path ?? '').replace('-all.tar.gz', '-runner.jar'))
}

function parse(list: string): Jar[] {
  const lines = list.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => {
    const [folder, path, hash] = line.split(' ')
    if (folder === undefined || path === undefined || hash === undefined) throw new Error(`jars.txt: ${line}`)
    return { folder, path, sha256: hash }
  })
}

function checked(bytes: Buffer, jar: Jar): Buffer {
  if (sha256(bytes) !== jar.sha256) throw new Error(`${basename(jar.path)} is not the file that jars.txt names`)
  return bytes
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
