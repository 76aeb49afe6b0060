import { SERVICES } from '../bench/rig/service-process.ts'
import type { Soaked } from './soak.ts'

/** The figures as Markdown: the table of docs/reliability.md is this, pasted. */
export function reportText({ machine, ...soaked }: Soaked & Readonly<{ machine: string }>): string {
  const { facts, seconds, kills, memory, waiting, toJob, overload, faults } = soaked
  const killed = SERVICES.reduce((sum, name) => sum + kills[name], 0)
  return [
    machine,
    '',
    `${whole(facts)} facts in ${seconds} s (${whole(facts / seconds)} a second), ${killed} kills.`,
    '',
    '| service | kills | memory at the end | most | trend |',
    '| --- | --- | --- | --- | --- |',
    ...SERVICES.map((name) => {
      const { lastMb, mostMb, mbPerHour } = memory[name]
      return `| ${name} | ${kills[name]} | ${whole(lastMb)} MB | ${whole(mostMb)} MB | ${whole(mbPerHour)} MB an hour |`
    }),
    '',
    `Records that waited: ${whole(waiting.firstThird)} in the first third, ${whole(waiting.lastThird)} in the last (medians), ` +
      `${whole(waiting.most)} at most; caught up in ${waiting.catchUpSeconds.toFixed(1)} s.`,
    `From the producer to the outreach job, kills and all: p50 ${whole(toJob.p50)} ms, p99 ${whole(toJob.p99)} ms, ` +
      `most ${whole(toJob.max)} ms (${whole(toJob.count)}).`,
    ...(overload === undefined
      ? []
      : [
          `Overload: ${whole(overload.offeredPerSecond)} facts/s offered, ${whole(overload.mostWaiting)} waited at most, ` +
            `caught up in ${overload.catchUpSeconds.toFixed(1)} s.`,
        ]),
    '',
    ...(faults.length === 0 ? ['Every row is right: nothing was lost, and nothing counted twice.'] : faults),
    '',
  ].join('\n')
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}
