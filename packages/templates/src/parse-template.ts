import { LiquidError } from 'liquidjs'
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import { markdownEngine, type Parsed, plainEngine } from './engine.ts'
import { type Position, positionAt, type TemplateProblem } from './problem.ts'

/** Where a part of a template begins in its file. */
type Part = Readonly<{ source: string; parsed: readonly Parsed[]; begins: Position }>

export type Template = Readonly<{
  /** Of the file, without `.md`. */
  name: string
  file: string
  subject: Part
  body: Part
}>

export type TemplateFile = Readonly<{ file: string; text: string }>

export type ParsedTemplate = Readonly<{ template: Template | undefined; problems: readonly TemplateProblem[] }>

type Say = (at: Position, reason: string) => void

const FRONT_MATTER = /^---\n([\s\S]*?\n)---\n/
const NAME = /(?:^|[/\\])([a-z][a-z0-9-]{0,59})\.md$/

/** One template from the text of its file: front matter with a subject, then Markdown, Liquid in both. */
export function parseTemplate({ file, text: given }: TemplateFile): ParsedTemplate {
  const problems: TemplateProblem[] = []
  const say: Say = (at, reason) => void problems.push({ file, ...at, reason })
  const text = given.replaceAll('\r\n', '\n')
  const name = NAME.exec(file)?.[1]
  if (name === undefined) say(TOP, 'a template is called by small letters, digits and hyphens, such as win-back.md')
  const front = FRONT_MATTER.exec(text)
  if (front === null) {
    say(TOP, "a template begins with '---', a line 'subject: …', and '---'")
    return { template: undefined, problems }
  }
  const subject = subjectOf(front[1] ?? '', say)
  const source = text.slice(front[0].length)
  if (source.trim() === '') say(positionAt(text, front[0].length), 'there is nothing below the subject')
  const body = partOf(markdownEngine, source, positionAt(text, front[0].length), say)
  if (name === undefined || subject === undefined || body === undefined || problems.length > 0)
    return { template: undefined, problems }
  return { template: { name, file, subject, body }, problems }
}

const TOP: Position = { line: 1, column: 1 }

/** The front matter begins on the second line. */
function subjectOf(yaml: string, say: Say): Part | undefined {
  const lines = new LineCounter()
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: line + 1, column: col }
  }
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false })
  for (const { pos, message } of document.errors) say(place(pos[0]), message)
  if (document.errors.length > 0) return undefined
  const { contents } = document
  const pairs = isMap(contents) ? contents.items : []
  for (const { key } of pairs)
    if (isScalar(key) && key.value !== 'subject') say(place(key.range?.[0] ?? 0), `unknown key '${String(key.value)}'`)
  const found = pairs.find(({ key }) => isScalar(key) && key.value === 'subject')?.value
  if (isScalar(found) && typeof found.value === 'string' && found.value.trim() !== '') {
    const quote = found.type === 'QUOTE_SINGLE' || found.type === 'QUOTE_DOUBLE' ? 1 : 0
    return partOf(plainEngine, found.value, place((found.range?.[0] ?? 0) + quote), say)
  }
  say({ line: 2, column: 1 }, "the subject is missing, or begins with '{': put it in quotes")
  return undefined
}

function partOf(engine: typeof plainEngine, source: string, begins: Position, say: Say): Part | undefined {
  try {
    return { source, parsed: engine.parse(source), begins }
  } catch (error) {
    const { row, column, reason } = liquidProblem(error)
    say(shifted(begins, row, column), reason)
    return undefined
  }
}

/** A place inside a part as a place in its file. */
export function shifted(begins: Position, row: number, column: number): Position {
  return { line: begins.line + row - 1, column: row === 1 ? begins.column + column - 1 : column }
}

/** How Liquid ends its messages. */
const PLACE = /(?:, file:[^,]*)?, line:\d+, col:\d+$/

/** What Liquid says of an error, without the place in its words. Throws what is none of its errors. */
export function liquidProblem(error: unknown): Readonly<{ row: number; column: number; reason: string }> {
  if (!LiquidError.is(error)) throw error
  const [row = 1, column = 1] = error.token.getPosition()
  return { row, column, reason: error.message.replace(PLACE, '') }
}
