import type { HoldReason } from '@perennial/playbooks'

/** And why one that was decided on came to nothing. */
type Reason = HoldReason | 'displaced' | 'playbook-gone' | 'no-channel'

const WORDS: Readonly<Record<Reason, string>> = {
  erased: 'the member was erased',
  'member-unknown': 'nothing is known of the member',
  'member-status': 'not a member now',
  'do-not-profile': 'objects to profiling',
  'auto-renew': 'renews automatically',
  segment: 'not among those the playbook is for',
  replay: 'history that was replayed after others had heard of it',
  stale: 'too long ago to act on',
  superseded: 'something newer about the member has come',
  renewed: 'has renewed since',
  stopped: 'what the playbook was to bring about has happened',
  acknowledged: 'somebody has taken up the alert before',
  're-entry': 'was in this playbook not long ago',
  'no-consent': 'no consent for this purpose',
  'already-contacted': 'contacted for this cause before',
  'open-complaint': 'has a complaint open',
  'contacted-elsewhere': 'another team has just been in contact',
  'no-reply': 'has not answered the last contacts',
  cap: 'contacted often enough lately',
  displaced: 'something weightier took its place',
  'playbook-gone': 'the playbook is not there any more',
  'no-channel': 'no channel is set up for it',
  'quiet-past-expiry': 'quiet hours last until it is too late',
  'alert-budget': 'others had more at stake, and the owner has enough for a day',
  'play-limit': 'the playbook has contacted as many as it may for now',
  'playbook-off': 'the playbook is switched off',
  'kill-switch': 'all outreach is stopped',
  holdout: 'held out for comparison',
}

/** Why a contact was held back, for a person. */
export function holdWords(reason: string): string {
  return reason in WORDS ? WORDS[reason as Reason] : reason
}
