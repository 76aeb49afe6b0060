import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

/** What pnpm leaves that matters here: a Node to run programs with. */
export const INSTALLS = `mkdir -p node_modules/.bin && ln -sf ${process.execPath} node_modules/.bin/node`

export type Clone = Readonly<{
  folder: string
  /** A folder to put first on the search path: it holds the stand-in for npx. */
  bin: string
  /** Replaces npx by a shell script; each call is noted. */
  npx(body: string): void
  calls(): string[]
  remove(): void
}>

/** A fresh clone in small: the real bootstrap, hardly any packages, and no network. */
export function createClone(): Clone {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-clone-'))
  const bin = join(folder, 'bin')
  cpSync(join(ROOT, 'deploy', 'bootstrap'), join(folder, 'deploy', 'bootstrap'), { recursive: true })
  cpSync(join(ROOT, 'test', 'fixtures', 'programs'), join(folder, 'programs'), { recursive: true })
  for (const name of ['packages/member', 'services', 'bin']) mkdirSync(join(folder, name), { recursive: true })
  for (const file of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'packages/member/package.json']) {
    writeFileSync(join(folder, file), '{ "type": "module" }')
  }
  return {
    folder,
    bin,
    npx(body) {
      writeFileSync(join(bin, 'npx'), `#!/bin/sh\necho "$*" >> ${join(folder, 'calls')}\n${body}\n`)
      chmodSync(join(bin, 'npx'), 0o755)
    },
    calls: () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
