import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { kafkaServer, quietLogger } from '@perennial/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import { schemaStoreFeatures } from '../../../../test/contract/schema-store.features.ts'
import { isFault } from '../fault.ts'
import { connectSchemaRegistry, type RegistryConfig } from './remote.ts'

const server = kafkaServer()
const { signal } = new AbortController()
const deps = { logger: quietLogger(), signal }

function config(url: string, startDeadlineMs = 2_000): RegistryConfig {
  return { url, username: undefined, password: undefined, subjectPrefix: 'test-', startDeadlineMs }
}

describe.runIf(server !== undefined)('a Confluent-compatible registry', () => {
  schemaStoreFeatures('the registry', () => connectSchemaRegistry(config(server?.registryUrl ?? ''), deps))
})

describe('a registry that has trouble', () => {
  let stub: Server | undefined
  afterEach(() => stub?.close())

  /** Answers /subjects, and everything else as told. */
  async function serve(answer: () => readonly [status: number, body: string]): Promise<string> {
    stub = createServer((request, response) => {
      const [status, body] = request.url === '/subjects' ? [200, '[]'] : answer()
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
    await new Promise<void>((resolve) => stub?.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(stub.address() as AddressInfo).port}`
  }

  test('an outage is a retriable fault, never an unknown id, and is over when it is over', async () => {
    let answer: readonly [number, string] = [500, 'down']
    const store = await connectSchemaRegistry(config(await serve(() => answer)), deps)
    await expect(store.schemaById(7)).rejects.toSatisfy((error) => isFault(error, 'schema/registry') && error.retriable)
    answer = [404, '<html>a proxy without its registry</html>']
    await expect(store.schemaById(7)).rejects.toSatisfy((error) => isFault(error, 'schema/registry') && error.retriable)
    answer = [200, JSON.stringify({ schema: '"string"' })]
    expect(await store.schemaById(7)).toBe('"string"')
    answer = [500, 'down']
    expect(await store.schemaById(7)).toBe('"string"')
  })

  test('wrong credentials are told as such', async () => {
    const store = await connectSchemaRegistry(config(await serve(() => [401, '{}'])), deps)
    const asked = store.schemaById(1)
    await expect(asked).rejects.toSatisfy((error) => isFault(error, 'schema/refused') && !error.retriable)
    await expect(asked).rejects.toThrow('SCHEMA_REGISTRY_USERNAME')
  })

  test('a registry that is not there at the start is waited for, and then named', async () => {
    const connected = connectSchemaRegistry(config('http://127.0.0.1:1', 800), deps)
    await expect(connected).rejects.toThrow('http://127.0.0.1:1')
    await expect(connected).rejects.toSatisfy((error) => isFault(error, 'schema/registry') && error.retriable)
  })
})
