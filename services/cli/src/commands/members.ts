import type { ListedBand } from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { count } from '../terminal/words.ts'
import { atRiskTable, readAtRisk } from '../views.ts'

export type MembersOptions = Readonly<{ band: ListedBand | undefined; limit: number }>

/** Prints who is at risk, those with the most at stake first. */
export async function members(context: Context, life: Life, { band, limit }: MembersOptions): Promise<void> {
  const platform = await connect(context, life, { log: false })
  const atRisk = await readAtRisk(platform, context.env, {
    bands: band === undefined ? ['high', 'medium'] : [band],
    limit,
  })
  if (context.json) return context.out(JSON.stringify(atRisk))
  const which = band === undefined ? 'medium or high' : band
  if (atRisk.members.length === 0)
    return context.out(`Nobody is at ${which} risk. What has come in is scored while this runs: perennial up`)
  context.out(atRiskTable(atRisk, context))
  const rest = atRisk.total - atRisk.members.length
  context.out(
    `\n${count(atRisk.total, 'member')} at ${which} risk${rest > 0 ? `; --limit ${atRisk.total} shows the other ${rest}` : ''}.`,
  )
}
