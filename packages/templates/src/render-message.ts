import { markdownEngine, plainEngine } from './engine.ts'
import { type Block, readDocument, type Unfit } from './document.ts'
import { liquidProblem, shifted, type Template } from './parse-template.ts'
import type { TemplateProblem } from './problem.ts'
import { toHtml } from './to-html.ts'
import { toText } from './to-text.ts'
import type { TemplateValues } from './variables.ts'

/** A message, said twice: text and HTML come from the same words. */
export type Message = Readonly<{ subject: string; text: string; html: string }>

export type Rendered =
  | Readonly<{ kind: 'ok'; message: Message; unfit: readonly Unfit[] }>
  | Readonly<{ kind: 'wrong'; problem: TemplateProblem }>

/** The message for one member. `wrong`: it says something that is not known of this member. */
export function renderMessage(template: Template, values: TemplateValues): Rendered {
  // What is undefined must be absent: only then Liquid calls it missing.
  const known = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
  let part = template.subject
  try {
    const subject = String(plainEngine.renderSync([...part.parsed], known)).trim()
    part = template.body
    const { blocks, unfit } = readDocument(String(markdownEngine.renderSync([...part.parsed], known)))
    return { kind: 'ok', message: { subject, ...written(blocks) }, unfit }
  } catch (error) {
    const { row, column, reason } = liquidProblem(error)
    const at = shifted(part.begins, row, column)
    return { kind: 'wrong', problem: { file: template.file, ...at, reason } }
  }
}

function written(blocks: readonly Block[]): Pick<Message, 'text' | 'html'> {
  return { text: toText(blocks), html: toHtml(blocks) }
}
