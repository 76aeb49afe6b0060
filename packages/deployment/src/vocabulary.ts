import { FAMILIES, type OpenSignal, signalProblems, type Vocabulary, vocabularyOf } from '@perennial/member'
import { JsonReader, type Problem } from '@perennial/risk'
import { Fault } from '@perennial/runtime'
import { readJson } from './read-json.ts'

const SETTING = 'PERENNIAL_SIGNALS'

/**
 * The signals of a deployment: the built-in ones and those of its signals file, if it has one. Throws a Fault
 * (`config`) that lists everything wrong with the file. All services must name the same file.
 */
export function readVocabulary(file: string | undefined): Vocabulary {
  if (file === undefined) return vocabularyOf([])
  const problems: Problem[] = []
  const open = readSignals(new JsonReader(readJson(SETTING, file), '', problems))
  // Of a signal that could not be read there is no more to say.
  if (problems.length === 0)
    problems.push(
      ...signalProblems(open).map(({ index, key, reason }) => ({ path: `signals[${index}].${key}`, reason })),
    )
  if (problems.length === 0) return vocabularyOf(open)
  const details = problems.map(({ path, reason }) => `${path}: ${reason}`)
  throw new Fault('config', `${SETTING} is '${file}', which is no list of signals:\n  - ${details.join('\n  - ')}`, {
    details: details.map((problem) => `${SETTING} is '${file}': ${problem}`),
  })
}

function readSignals(file: JsonReader): OpenSignal[] {
  const signals = file.objects('signals').map((at): OpenSignal => {
    const signal = {
      stream: at.text('stream'),
      action: at.text('action'),
      ...(at.has('family') && { family: at.oneOf('family', FAMILIES) }),
      ...(at.has('label') && { label: at.text('label') }),
    }
    at.done()
    return signal
  })
  file.done()
  return signals
}
