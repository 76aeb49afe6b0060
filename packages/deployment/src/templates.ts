import { basename, join } from 'node:path'
import type { Templates } from '@perennial/channels'
import { type EnvReader, Fault, readTextFiles } from '@perennial/runtime'
import { checkTemplate, parseTemplate } from '@perennial/templates'

export type TemplateConfig = Readonly<{
  /** The folder of the templates. */
  folder: string
  /** Addresses that templates may name. */
  links: Readonly<Record<string, string>>
}>

/** The templates that come with the program. */
const SHIPPED = join(import.meta.dirname, '../node_modules/@perennial/templates/templates')

/** PERENNIAL_TEMPLATES (the shipped ones) and EMAIL_LINKS (name=address, separated by commas). */
export function readTemplateConfig(from: EnvReader): TemplateConfig {
  const links = from.list('EMAIL_LINKS').map((entry) => linkOf(entry, from.problems))
  return { folder: from.text('PERENNIAL_TEMPLATES', SHIPPED), links: Object.fromEntries(links) }
}

function linkOf(entry: string, problems: string[]): [name: string, address: string] {
  const [, name = '', address = ''] = /^([A-Za-z]\w*)=(\S+)$/.exec(entry) ?? []
  if (!/^(?:https?:|mailto:)/.test(address) || !URL.canParse(address)) {
    problems.push(
      `EMAIL_LINKS holds '${entry}', which is no name=address. Example: EMAIL_LINKS=renew=https://association.example/renew`,
    )
  }
  return [name, address]
}

/**
 * The templates of a folder, each checked with the links that the settings name.
 * Throws a Fault (`config`) that lists everything wrong with file, line and column.
 */
export function readTemplates({ folder, links }: TemplateConfig): Templates {
  const files = readTextFiles('PERENNIAL_TEMPLATES', folder, ['.md']).filter(
    ({ file }) => basename(file) !== 'README.md',
  )
  const parsed = files.map(parseTemplate)
  const templates = parsed.flatMap(({ template }) => template ?? [])
  const problems = [
    ...parsed.flatMap((file) => file.problems),
    ...templates.flatMap((template) => checkTemplate(template, links)),
  ]
  if (problems.length === 0) return { byName: new Map(templates.map((template) => [template.name, template])), links }
  const details = problems.map(({ file, line, column, reason }) => `${file}:${line}:${column}: ${reason}`)
  throw new Fault('config', `The templates are not in order:\n${details.map((line) => `  ${line}`).join('\n')}`, {
    details,
  })
}
