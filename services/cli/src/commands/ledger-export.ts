import { open, rename, rm } from 'node:fs/promises'
import { createLedger, Fault, type Ledger, type LedgerRange } from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { count } from '../terminal/words.ts'
import { type LedgerFormat, ledgerRows } from './ledger-rows.ts'
import { outputFile } from './output-file.ts'

export type ExportOptions = Readonly<{ range: LedgerRange; format: LedgerFormat; out: string }>

/** It says who was written to and why: for its owner's eyes. */
const PRIVATE = 0o600

/**
 * Writes every decision of a range to a file, member by member. What is in memory are some members' decisions at a time.
 * The file appears under its name when it is whole.
 */
export async function exportLedger(context: Context, life: Life, options: ExportOptions): Promise<void> {
  const { range, format, out } = options
  if (range.from >= range.to) throw new Fault('usage', '--from must be before --to.')
  const path = await outputFile(context.cwd, out, '--out')
  const platform = await connect(context, life, { log: false })
  const ledger = createLedger(platform.redis('command'), platform)
  const part = `${path}.part`
  const written = await write(context, ledger, { range, format, part }).catch(async (error: unknown) => {
    await rm(part, { force: true })
    throw error
  })
  await rename(part, path)
  if (context.json) context.out(JSON.stringify({ file: path, format, ...written }))
  else context.out(`${count(written.decisions, 'decision')} about ${count(written.members, 'member')}: ${path}`)
}

type Writing = Readonly<{ range: LedgerRange; format: LedgerFormat; part: string }>

async function write(context: Context, ledger: Ledger, { range, format, part }: Writing) {
  const { head, row } = ledgerRows(format)
  const bar = context.progress('Members', await ledger.members())
  const file = await open(part, 'w', PRIVATE)
  let [gone, members, decisions] = [0, 0, 0]
  try {
    await file.write(head)
    for await (const page of ledger.pages(range)) {
      await file.write(page.entries.map(row).join(''))
      gone += page.members
      members += new Set(page.entries.map(({ memberId }) => memberId)).size
      decisions += page.entries.length
      bar.update(gone)
    }
  } finally {
    await file.close()
    bar.finish()
  }
  return { decisions, members }
}
