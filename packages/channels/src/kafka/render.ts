import type { OutputRecord } from '@perennial/runtime'
import type { Outreach } from '../channel.ts'

/** The record, and CloudEvents 1.0 headers in binary mode. The id is the job's: the same in every attempt. */
export function render(outreach: Outreach, now: number): OutputRecord<'outreach-request'> {
  const { id, interventionId, memberId, playbook, step, template, owner, purpose } = outreach
  const { band, riskVersion, termId, decidedAt, expiresAt } = outreach
  return {
    memberId,
    record: {
      requestId: id,
      interventionId,
      memberId,
      playbook,
      step,
      template: template ?? null,
      owner: owner ?? null,
      purpose,
      band,
      riskVersion,
      termId,
      decidedAt,
      expiresAt,
    },
    headers: {
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: '/perennial/outreach',
      ce_type: 'org.perennial.outreach-request.v1',
      ce_time: new Date(now).toISOString(),
      ce_subject: memberId,
      ce_partitionkey: memberId,
      // The ce_id of the decision.
      ce_causationid: interventionId,
      ce_expirytime: new Date(expiresAt).toISOString(),
      'content-type': 'application/avro',
    },
  }
}
