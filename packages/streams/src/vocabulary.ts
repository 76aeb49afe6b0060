import type { SignalName } from '@perennial/member'
import type { CommunityActivityV1 } from './generated/community-activity.ts'
import type { EmailActivityV1 } from './generated/email-activity.ts'
import type { EventAttendanceV1 } from './generated/event-attendance.ts'
import type { MembershipV1 } from './generated/membership.ts'
import type { OutreachOutcomeV2 } from './generated/outreach-outcome.ts'
import type { PurchaseV1 } from './generated/purchase.ts'
import type { WebsiteActivityV1 } from './generated/website-activity.ts'

/** What one type of a stream means to us. */
export type Meaning = Readonly<{
  /** The call or event of a Segment-style producer that says the same. */
  segment: string
  /** The signal it feeds, and how much of it one such fact is. Without one it is not engagement. */
  signal?: SignalName
  amount?: number
  /** What it changes besides, for people to read. */
  effect?: string
}>

type Types = {
  'website-activity': WebsiteActivityV1['type']
  'email-activity': EmailActivityV1['type']
  'event-attendance': EventAttendanceV1['type']
  purchase: PurchaseV1['type']
  'community-activity': CommunityActivityV1['type']
  membership: MembershipV1['type']
  'outreach-outcome': OutreachOutcomeV2['outcome']
}

/** The one table of what counts as what: every type of every source stream, and nothing else. */
export const VOCABULARY = {
  'website-activity': {
    page_viewed: { segment: 'page', signal: 'web_visit', amount: 1 },
    content_viewed: { segment: 'track Content Viewed', signal: 'content_used', amount: 1 },
    content_downloaded: { segment: 'track Content Downloaded', signal: 'content_used', amount: 2 },
    course_completed: { segment: 'track Course Completed', signal: 'content_used', amount: 5 },
    benefit_used: { segment: 'track Benefit Used', signal: 'content_used', amount: 3 },
    search_performed: { segment: 'track Products Searched', signal: 'web_visit', amount: 1 },
    form_submitted: { segment: 'track Form Submitted', signal: 'web_visit', amount: 1, effect: 'links its references' },
    signed_in: { segment: 'track Signed In', signal: 'login', amount: 1, effect: 'links its references' },
    identified: { segment: 'identify', effect: 'links its references' },
  },
  'email-activity': {
    sent: { segment: 'track Email Sent', signal: 'contacted_elsewhere', amount: 1 },
    delivered: { segment: 'track Email Delivered', signal: 'contacted_elsewhere', amount: 1 },
    opened: { segment: 'track Email Opened', signal: 'email_opened', amount: 1 },
    clicked: { segment: 'track Email Link Clicked', signal: 'email_clicked', amount: 1 },
    bounced: { segment: 'track Email Bounced' },
    unsubscribed: { segment: 'track Unsubscribed', signal: 'email_refused', amount: 1, effect: 'withdraws consent' },
    marked_as_spam: {
      segment: 'track Email Marked as Spam',
      signal: 'email_refused',
      amount: 2,
      effect: 'withdraws consent',
    },
  },
  'event-attendance': {
    registered: { segment: 'track Event Registered', signal: 'event_registered', amount: 1 },
    attended: { segment: 'track Event Attended', signal: 'event_attended', amount: 1 },
    missed: { segment: 'track Event Missed', signal: 'event_missed', amount: 1 },
    cancelled: { segment: 'track Event Registration Cancelled', signal: 'event_missed', amount: 0.5 },
  },
  purchase: {
    order_completed: {
      segment: 'track Order Completed',
      signal: 'purchase',
      amount: 1,
      effect: 'links its references',
    },
    order_refunded: { segment: 'track Order Refunded', signal: 'refund', amount: 1, effect: 'links its references' },
  },
  'community-activity': {
    post: { segment: 'track Post Created', signal: 'posted', amount: 1 },
    reply_given: { segment: 'track Reply Created', signal: 'help_given', amount: 1 },
    reply_received: { segment: 'track Reply Received', signal: 'help_received', amount: 1 },
    reaction_given: { segment: 'track Reaction Created', signal: 'help_given', amount: 0.25 },
    reaction_received: { segment: 'track Reaction Received', signal: 'help_received', amount: 0.25 },
    volunteered: { segment: 'track Volunteered', signal: 'service', amount: 1 },
    committee_joined: { segment: 'track Committee Joined', signal: 'service', amount: 2 },
    mentoring: { segment: 'track Mentoring Session', signal: 'help_given', amount: 2 },
    referral: { segment: 'track Invite Sent', signal: 'referral', amount: 1 },
  },
  membership: {
    joined: { segment: 'track Signed Up', effect: 'member since, status active, term' },
    renewed: { segment: 'track Membership Renewed', effect: 'one more term, status active' },
    lapsed: { segment: 'track Membership Lapsed', effect: 'status lapsed' },
    term_changed: { segment: 'track Membership Term Changed', effect: 'term dates, dues' },
    auto_renew_changed: { segment: 'track Auto Renew Changed', effect: 'auto-renew' },
    payment_failed: { segment: 'track Payment Failed', effect: 'payment failed' },
    payment_received: { segment: 'track Payment Received', effect: 'payment received' },
    profile_changed: { segment: 'identify', effect: 'tier, chapter, time zone, emails' },
    consent_changed: { segment: 'track Consent Changed', effect: 'consent by purpose' },
    reference_unlinked: { segment: 'track Reference Unlinked', effect: 'unlinks its references' },
  },
  'outreach-outcome': {
    delivered: { segment: 'track Outreach Delivered', effect: 'last contact' },
    failed: { segment: 'track Outreach Failed', effect: 'no contact was made' },
    bounced: { segment: 'track Outreach Bounced', effect: 'no contact was made' },
    replied: { segment: 'track Outreach Replied', effect: 'the member answered' },
    superseded: { segment: 'track Outreach Superseded' },
  },
} as const satisfies { readonly [S in keyof Types]: Readonly<Record<Exclude<Types[S], 'unknown'>, Meaning>> }

/** Streams and actions of `custom-activity` that mean something here without being named in a signals file. */
export const CUSTOM_VOCABULARY = {
  support: {
    complaint_opened: { segment: 'track Complaint Opened', signal: 'complaint_opened', amount: 1 },
    complaint_closed: { segment: 'track Complaint Closed', signal: 'complaint_closed', amount: 1 },
  },
  profile: {
    completed: { segment: 'track Profile Completed', signal: 'profile_done', amount: 1 },
  },
  staff: {
    contacted: { segment: 'track Staff Contacted', signal: 'contacted_elsewhere', amount: 1 },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Meaning>>>>

export type VocabularyStream = keyof typeof VOCABULARY
