import { mapped, object, required } from '../yaml/reader.ts'
import { duration } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/** The member's first post, and nobody has answered or reacted for so long. */
export const POST_UNANSWERED: TriggerKind = {
  name: 'postUnanswered',
  read: mapped(object({ for: required(duration) }), (unanswered) =>
    stateTrigger('postUnanswered', ({ signal }) => {
      const posted = signal('posted')
      if (posted.count !== 1 || signal('help_received').lastAt >= posted.lastAt) return undefined
      return posted.lastAt + unanswered.for
    }),
  ),
}
