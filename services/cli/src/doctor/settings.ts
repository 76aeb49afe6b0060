import { checkTemplatesOf, readPlays, readTemplates, readVocabulary } from '@perennial/deployment'
import { SIGNAL_COUNT } from '@perennial/member'
import type { DispatcherConfig } from '@perennial/dispatcher'
import type { OutreachConfig } from '@perennial/outreach'
import { type Env, Fault, readAll, readPlatformConfig, readProcessConfig } from '@perennial/runtime'
import { settingsScorer, vocabularyOf } from '../views.ts'
import { readServicesConfig } from '../up/services.ts'
import { type Check, fail, failed, ok, warn } from './check.ts'

/** All settings at once. The values are undefined when they are wrong. */
export function checkSettings(env: Env) {
  try {
    const [services, platform] = readAll(env, [readServicesConfig, readPlatformConfig, readProcessConfig])
    return { services, platform, checks: [ok('Settings', 'every environment variable is in order')] }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const problems = error.details.length > 0 ? error.details : [error.message]
    const checks = problems.map((problem) =>
      fail('Settings', problem, 'Correct the variable; README.md has the table of all.'),
    )
    return { services: undefined, platform: undefined, checks }
  }
}

/** `example`: the members are simulated, so nobody's address needs to be kept secret. */
export function checkIdentityKey(env: Env, example: boolean): Check {
  const set = [env['IDENTITY_KEY'], env['IDENTITY_KEY_FILE']].some((value) => (value ?? '') !== '')
  if (set) return ok('Identity key', 'email addresses are hashed with a key of your own')
  if (example) return ok('Identity key', 'not needed for an example')
  return warn(
    'Identity key',
    'IDENTITY_KEY is not set: hashes of email addresses can be guessed',
    'Before real members come in: IDENTITY_KEY=$(openssl rand -hex 32). Never change it afterwards.',
  )
}

export function checkSignals(env: Env): Check {
  try {
    const open = vocabularyOf(env).signals.length - SIGNAL_COUNT
    return ok('Signals', `${SIGNAL_COUNT} built in, ${open} of your own`)
  } catch (error) {
    return failed('Signals', error, 'Correct the file in PERENNIAL_SIGNALS.')
  }
}

export function checkModel(env: Env): Check {
  try {
    const { id, kind } = settingsScorer(env).model
    return ok('Model', `${id} (${kind}); what was promoted since goes first: perennial model show`)
  } catch (error) {
    return failed('Model', error, 'Correct the file, or leave PERENNIAL_MODEL out for the starter model.')
  }
}

export function checkPlaybooks({ playbooks: folder, killSwitch, signalsFile }: DispatcherConfig): Check {
  try {
    const { playbooks } = readPlays(folder, readVocabulary(signalsFile), killSwitch)
    const names = playbooks.map(({ name }) => name)
    const off = killSwitch.length === 0 ? '' : `; switched off by KILL_SWITCH: ${killSwitch.join(', ')}`
    return ok('Playbooks', `${names.join(', ')}${off}`)
  } catch (error) {
    return failed('Playbooks', error, 'Correct the files in PERENNIAL_PLAYBOOKS.')
  }
}

/** Where nothing is written to members, templates are nobody's concern. */
export function checkTemplates(
  env: Env,
  { playbooks, templates, signalsFile }: Pick<OutreachConfig, 'playbooks' | 'templates' | 'signalsFile'>,
) {
  const mails = ['SMTP_URL', 'SMTP_URL_FILE', 'SMTP_HOST'].some((name) => (env[name] ?? '') !== '')
  try {
    const plays = readPlays(playbooks, readVocabulary(signalsFile))
    const used = plays.playbooks.some(
      ({ enabled, steps }) => enabled && steps.some(({ template }) => template !== undefined),
    )
    if (!mails && !used) return []
    const read = readTemplates(templates)
    checkTemplatesOf(plays, read)
    return [ok('Templates', [...read.byName.keys()].join(', '))]
  } catch (error) {
    return [failed('Templates', error, 'Correct the files in PERENNIAL_TEMPLATES, the plays, or EMAIL_LINKS.')]
  }
}
