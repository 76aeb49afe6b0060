import type { SchemaStore } from '@perennial/runtime'

/** A registry in memory, without compatibility rules. `outage` makes every call fail while it is set. */
export class MemorySchemaStore implements SchemaStore {
  outage: Error | undefined
  readonly #ids = new Map<string, number>()
  /** Ids asked for, in order: a registry must not be asked for every record. */
  readonly asked: number[] = []

  async register(_subject: string, schema: string): Promise<number> {
    this.#check()
    const id = this.#ids.get(schema) ?? this.#ids.size + 1
    this.#ids.set(schema, id)
    return id
  }

  async schemaById(id: number): Promise<string | undefined> {
    this.asked.push(id)
    this.#check()
    return [...this.#ids].find(([, known]) => known === id)?.[0]
  }

  #check(): void {
    if (this.outage !== undefined) throw this.outage
  }
}
