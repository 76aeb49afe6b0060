import { gauge, type Registry } from '@perennial/runtime'
import type { Report, Reports } from './reports.ts'

type PlayOf = Report['effects']['ranked'][number]

type OfPlay = Readonly<{ name: string; help: string; value: (report: PlayOf) => number | undefined }>

const OF_PLAYS: readonly OfPlay[] = [
  {
    name: 'effect_ratio',
    help: 'Success rate of the treated less that of the control.',
    value: ({ effect }) => effect.uplift?.difference.value,
  },
  {
    name: 'effect_low_ratio',
    help: 'Lower end of the 95 % interval of the effect that holds however often one looks.',
    value: ({ effect }) => effect.uplift?.anyTime.low,
  },
  {
    name: 'effect_high_ratio',
    help: 'Upper end of the 95 % interval of the effect that holds however often one looks.',
    value: ({ effect }) => effect.uplift?.anyTime.high,
  },
  {
    name: 'saved_dues',
    help: 'Dues saved, in their currency.',
    value: ({ effect }) => effect.saved?.dues?.value,
  },
  { name: 'saved_members', help: 'Members saved.', value: ({ effect }) => effect.saved?.members.value },
  {
    name: 'retirement_proposed',
    help: '1: it does less than makes a play worthwhile, and is proposed for retirement.',
    value: ({ effect }) => Number(effect.proposedForRetirement),
  },
]

/** What reports say, as metrics. No member is a label; what is not known has no sample. */
export function measureReports(registry: Registry, reports: Pick<Reports, 'known'>): void {
  for (const { name, help, value } of OF_PLAYS)
    gauge(registry, {
      name: `perennial_play_${name}`,
      help,
      labels: ['playbook'],
      collect(metric) {
        metric.reset()
        for (const report of reports.known()?.effects.ranked ?? []) {
          const found = value(report)
          if (found !== undefined) metric.set({ playbook: report.play }, found)
        }
      },
    })
  gauge(registry, {
    name: 'perennial_play_members',
    help: 'Members who were up for a play, by arm; waiting: too early to tell.',
    labels: ['playbook', 'arm'],
    collect(metric) {
      metric.reset()
      for (const { play: playbook, effect } of reports.known()?.effects.ranked ?? []) {
        metric.set({ playbook, arm: 'treated' }, effect.treated.members)
        metric.set({ playbook, arm: 'control' }, effect.control.members)
        metric.set({ playbook, arm: 'waiting' }, effect.waiting)
      }
    },
  })
}
