import { gauge, type Registry } from '@perennial/runtime'
import type { GoalProgress } from './goals/goal-counter.ts'
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

type OfGoal = Readonly<{ name: string; help: string; value: (report: GoalProgress) => number | undefined }>

const OF_GOALS: readonly OfGoal[] = [
  {
    name: 'progress_ratio',
    help: 'What is reached, as a share of the target.',
    value: ({ progress }) => progress.ratio,
  },
  {
    name: 'expected_ratio',
    help: 'What is expected by now, as a share of the target.',
    value: ({ goal, progress }) => progress.expected / goal.target,
  },
  { name: 'target', help: 'The target: a share of 0 to 1, members, or dues.', value: ({ goal }) => goal.target },
]

/** What reports say, as metrics. No member is a label; what is not known has no sample. */
export function measureReports(registry: Registry, reports: Pick<Reports, 'known'>): void {
  measurePlays(registry, reports)
  measureGoals(registry, reports)
}

function measurePlays(registry: Registry, reports: Pick<Reports, 'known'>): void {
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

function measureGoals(registry: Registry, reports: Pick<Reports, 'known'>): void {
  for (const { name, help, value } of OF_GOALS)
    gauge(registry, {
      name: `perennial_goal_${name}`,
      help,
      labels: ['goal'],
      collect(metric) {
        metric.reset()
        for (const report of reports.known()?.goals ?? []) {
          const found = value(report)
          if (found !== undefined) metric.set({ goal: report.goal.name }, found)
        }
      },
    })
  gauge(registry, {
    name: 'perennial_goal_state',
    help: '1 for the state a goal is in: on-track, behind, not-enough-data.',
    labels: ['goal', 'state'],
    collect(metric) {
      metric.reset()
      for (const { goal, progress } of reports.known()?.goals ?? [])
        metric.set({ goal: goal.name, state: progress.state }, 1)
    },
  })
}
