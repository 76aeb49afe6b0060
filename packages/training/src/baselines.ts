import { columnsOf, fitCandidate, fitHazard, logitsOf, pooled, type Table } from '@perennial/learning'
import { KNOWLEDGE } from './knowledge.ts'
import { scored, type Scored } from './scores.ts'

/**
 * What anybody could do without a model, each fitted to the training cut-offs as well as can be: how long a member has
 * been silent, how long a member, or the same for all. Without the prior.
 */
export function baselinesOf(train: readonly Table[], test: Table): readonly Scored[] {
  const bare = train.map((table) => withoutPrior(table))
  const whole = pooled(bare)
  const judged = withoutPrior(test)
  const models = {
    recency: fitCandidate('recency', bare, KNOWLEDGE),
    baseRate: fitCandidate('base rate', bare, KNOWLEDGE),
    tenure: fitHazard(columnsOf(whole, ['tenure']), { lambda: 0 }),
  }
  return Object.entries(models).map(([name, model]) => scored(name, logitsOf(model, judged), test.labels))
}

function withoutPrior(table: Table): Table {
  return { ...table, offset: new Float64Array(table.n) }
}
