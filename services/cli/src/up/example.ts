import type { EpochMs } from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'
import { onlineRetail, RETAIL_RECORDS } from '../retail/online-retail.ts'
import { SAMPLE_NAME } from '../sample/association.ts'
import { SAMPLE_DEFAULTS, sampleRecords } from '../sample/sample.ts'

export const EXAMPLES = ['sample', 'retail'] as const
export type ExampleName = (typeof EXAMPLES)[number]

export type Example = Readonly<{
  /** Said before it is replayed. */
  about: string
  /** The same records for the same end, so that a replay that was cut off goes on where it was. */
  records: (end: EpochMs) => Iterable<SourceInput>
  count: (end: EpochMs) => number
}>

export const EXAMPLE: Readonly<Record<ExampleName, Example>> = {
  sample: {
    about: `Replaying two years of ${SAMPLE_NAME}: 2,000 members, all streams. Who lapses there and why: docs/sample-association.md`,
    records: (end) => sampleRecords({ ...SAMPLE_DEFAULTS, end }),
    count: (end) => [...sampleRecords({ ...SAMPLE_DEFAULTS, end })].length,
  },
  retail: {
    about: [
      'Replaying the purchases of a real wholesaler: 4,372 customers, a year of invoices, moved in time so that they end now.',
      'The starter model is made for members, not for customers: the order says more here than the percentages.',
      'Data: Chen, D. (2015). Online Retail. UCI Machine Learning Repository, doi 10.24432/C5BW33, CC BY 4.0.',
    ].join('\n'),
    records: onlineRetail,
    count: () => RETAIL_RECORDS,
  },
}
