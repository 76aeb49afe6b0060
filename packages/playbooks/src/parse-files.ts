import { parsePlaybook } from './parse-playbook.ts'
import { parsePolicy } from './parse-policy.ts'
import type { Playbook, Policy } from './playbook.ts'
import { DEFAULT_POLICY } from './policy.ts'
import type { Problem } from './yaml/problem.ts'

/** The file of a folder of plays that is not a play. */
const POLICY_FILE = /^policy\.ya?ml$/

/** What stands beside the plays and changes no decision: who is told what, and what is aimed at. */
const BESIDE = /^(owners|goals)\.ya?ml$/

/** Whether a file of the folder is a play, or the policy. */
export function isPlayFile({ file }: Pick<SourceFile, 'file'>): boolean {
  return !BESIDE.test(baseName(file))
}

export type SourceFile = Readonly<{ file: string; text: string }>

/** The plays of a folder and what holds for all of them. `version` names exactly these texts. */
export type Plays = Readonly<{ playbooks: readonly Playbook[]; policy: Policy; version: string }>

/**
 * Reads a folder of plays as a whole: one wrong file and none of them counts,
 * so that a reload never half-applies. `hash` makes the version of the texts.
 */
export function parseFiles(
  folder: readonly SourceFile[],
  hash: (text: string) => string,
): { plays: Plays | undefined; problems: readonly Problem[] } {
  const files = folder.filter(isPlayFile)
  const problems: Problem[] = []
  const named = new Map<string, string>()
  const playbooks: Playbook[] = []
  let policy = DEFAULT_POLICY
  for (const { file, text } of files.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
    if (POLICY_FILE.test(baseName(file))) {
      const parsed = parsePolicy(file, text)
      problems.push(...parsed.problems)
      policy = parsed.policy ?? policy
      continue
    }
    const parsed = parsePlaybook(file, text)
    problems.push(...parsed.problems)
    if (parsed.playbook === undefined) continue
    const { name } = parsed.playbook
    const other = named.get(name)
    if (other !== undefined)
      problems.push({ file, line: 1, column: 1, reason: `'${name}' is the play of ${other} already` })
    named.set(name, file)
    playbooks.push(parsed.playbook)
  }
  if (policy.holdout === undefined) problems.push(...playbooks.flatMap((play) => undrawn(play, named, files)))
  if (problems.length > 0) return { plays: undefined, problems }
  const version = hash(
    files
      .map(({ file, text }) => `${baseName(file)}\n${text}`)
      .toSorted()
      .join('\n'),
  )
  return { plays: { playbooks, policy, version }, problems }
}

/** Nobody is drawn without the salt of the policy: whoever asked for a comparison would wait for it for ever. */
function undrawn(
  { name, holdout }: Playbook,
  named: ReadonlyMap<string, string>,
  files: readonly SourceFile[],
): Problem[] {
  if (holdout === undefined || holdout === 0) return []
  const { file, text } = files.find((one) => one.file === named.get(name)) ?? { file: name, text: '' }
  const line = text.split('\n').findIndex((one) => one.startsWith('holdout:')) + 1
  return [{ file, line, column: 1, reason: 'nobody is drawn: policy.yaml has no `holdout: { salt: …, share: … }`' }]
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1)
}
