import { type ModelInUse, modelInUse, modelNumber } from '@perennial/engine'
import type { Models } from '@perennial/deployment'
import { RiskWriter } from './risk-writer.ts'

/** The model that scores, and how what it says is written. The same for a whole commit, perhaps another in the next. */
export type ActiveModel = Readonly<{
  inUse: ModelInUse
  riskWriter: RiskWriter
  /** The id of a model by the number that rows note. */
  idOf(number: number): string
}>

/** What `models` answers, made ready once each time it is something else. `riskSchema`: id of the schema of member-risk. */
export function activeModels(models: () => Models, riskSchema: number): () => ActiveModel {
  let of: Models | undefined
  let active: ActiveModel | undefined
  return () => {
    const latest = models()
    if (active === undefined || latest !== of) active = activate(latest, riskSchema)
    of = latest
    return active
  }
}

function activate({ current, shadow, previous }: Models, riskSchema: number): ActiveModel {
  const known = [current.model, shadow?.model, previous].filter((model) => model !== undefined)
  const ids = new Map(known.map(({ id }) => [modelNumber(id), id]))
  return {
    inUse: modelInUse(current, shadow, known),
    riskWriter: new RiskWriter(current, riskSchema),
    // A model of long ago: what it foretold comes out late.
    idOf: (number) => ids.get(number) ?? `#${number}`,
  }
}
