import { Fault, type LogRecord, type SchemaStore } from '@perennial/runtime'
import { schemaIdOf } from '@perennial/streams'

/** More writer schemas than this are not in use at one time. */
const REMEMBERED = 1_000

/** What the registry has been asked for: looking at records needs no I/O, and cannot fail half-way. */
export class SchemaCache {
  readonly #schemas: SchemaStore
  readonly #givenUp: ReadonlySet<number>
  readonly #known = new Map<number, string>()

  constructor(schemas: SchemaStore, givenUp: ReadonlySet<number>) {
    this.#schemas = schemas
    this.#givenUp = givenUp
  }

  /** What is known of an id without asking. */
  readonly byId = (id: number): string | undefined => this.#known.get(id)

  /** Learns a schema, if the registry knows it; answers whether it does. Throws when it does not answer. */
  async learn(id: number): Promise<boolean> {
    const known = this.#known.has(id)
    if (known || this.#givenUp.has(id)) return known
    const schema = await this.#schemas.schemaById(id)
    if (schema !== undefined) this.#remember(id, schema)
    return schema !== undefined
  }

  /** Learns the schemas the records were written with, as far as the registry knows them. */
  async learnAll(records: readonly LogRecord[]): Promise<void> {
    const ids = new Set<number>()
    for (const { value } of records) {
      const id = value === null ? undefined : schemaIdOf(value)
      if (id !== undefined) ids.add(id)
    }
    for (const id of ids) await this.learn(id)
  }

  #remember(id: number, schema: string): void {
    if (this.#known.size >= REMEMBERED) this.#known.clear()
    this.#known.set(id, schema)
  }
}

/** A record of a schema that the registry does not know: it may have been registered a moment ago, so it is no bad record. */
export function unknownSchema(id: number, where: string): Fault {
  return new Fault(
    'ingest/unknown-schema',
    `${where} is written with schema ${id}, which the registry does not know: waiting for it.`,
    { retriable: true },
  )
}
