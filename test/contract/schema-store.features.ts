import { randomUUID } from 'node:crypto'
import { isFault, type SchemaStore } from '@perennial/runtime'
import { describe, expect, test } from 'vitest'

type Field = Readonly<{ name: string; type: unknown; default?: unknown }>

/** What every schema registry keeps to. `open` answers a new client of the same one. */
export function schemaStoreFeatures(name: string, open: () => Promise<SchemaStore>): void {
  describe(`${name} as a schema store`, () => {
    test('gives a schema an id, by which every client finds it', async () => {
      const [store, other] = [await open(), await open()]
      const schema = record([ID])
      const id = await store.register(subject(), schema)

      expect(id).toBeGreaterThan(0)
      expect(JSON.parse((await other.schemaById(id)) ?? '')).toEqual(JSON.parse(schema))
    })

    test('gives the same schema the same id, also to another client and however it is spaced', async () => {
      const [store, other] = [await open(), await open()]
      const [name, schema] = [subject(), record([ID])]
      const id = await store.register(name, schema)

      expect(await store.register(name, schema)).toBe(id)
      expect(await other.register(name, schema)).toBe(id)
      expect(await other.register(name, JSON.stringify(JSON.parse(schema), undefined, 2))).toBe(id)
    })

    test('takes a version that adds a field with a default', async () => {
      const store = await open()
      const name = subject()
      const first = await store.register(name, record([ID]))
      const second = await store.register(name, record([ID, { name: 'note', type: 'string', default: '' }]))

      expect(second).not.toBe(first)
      expect(await store.register(name, record([ID]))).toBe(first)
    })

    test('refuses a version that could not read older data, and names the rule', async () => {
      const store = await open()
      const name = subject()
      await store.register(name, record([ID]))
      await store.register(name, record([ID, { name: 'note', type: 'string', default: '' }]))
      // Fits the second version, but not the first.
      const broken = store.register(name, record([ID, { name: 'note', type: 'string' }]))

      await expect(broken).rejects.toSatisfy((error) => isFault(error, 'schema/incompatible') && !error.retriable)
      await expect(broken).rejects.toThrow('BACKWARD_TRANSITIVE')
    })

    test('answers undefined for an id that nobody knows', async () => {
      const store = await open()
      expect(await store.schemaById(2_000_000_000)).toBeUndefined()
    })

    test('several clients that register at the same time agree', async () => {
      const stores = await Promise.all([open(), open(), open()])
      const [name, schema] = [subject(), record([ID])]
      const ids = await Promise.all(stores.map((store) => store.register(name, schema)))
      expect(new Set(ids).size).toBe(1)
    })
  })
}

const ID: Field = { name: 'id', type: 'string' }

function subject(): string {
  return `s-${randomUUID().slice(0, 8)}-value`
}

function record(fields: readonly Field[]): string {
  return JSON.stringify({ type: 'record', name: 'Thing', namespace: 'test', fields })
}
