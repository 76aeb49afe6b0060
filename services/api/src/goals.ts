import type { Goals } from '@perennial/playbooks'
import { goalView, type Reports } from '@perennial/reporting'
import type { FastifyInstance } from 'fastify'

export type GoalsDeps = Readonly<{ goals: Goals; reports: Pick<Reports, 'read'> }>

/** What is aimed at, and how it stands. */
export function addGoals(app: FastifyInstance, { goals: { kpis }, reports }: GoalsDeps): void {
  app.get('/goals', async () => {
    const { asOf, goals } = await reports.read()
    return { asOf: new Date(asOf).toISOString(), goals: goals.map((one) => goalView(one, kpis)), kpis }
  })
}
