/**
 * Words that programs put into their user agents. `bot` counts only where a word begins or ends with it,
 * because of phones such as the Cubot.
 * Sources: the crawlers' own pages (Google, Bing, Yandex, Baidu), default agents of HTTP libraries.
 */
const ROBOT_WORDS = [
  'crawler',
  'spider',
  'slurp',
  'headless',
  'phantomjs',
  'lighthouse',
  'pingdom',
  'uptime',
  'statuscake',
  'facebookexternalhit',
  'mediapartners-google',
  'google-read-aloud',
  'curl/',
  'wget/',
  'python-requests',
  'python-urllib',
  'aiohttp/',
  'go-http-client',
  'java/',
  'okhttp/',
  'libwww-perl',
  'node-fetch',
  'axios/',
  'scrapy',
  'selenium',
  'puppeteer',
  'playwright',
] as const

/** Products that follow every link of a message before the member sees it. */
const SCANNER_WORDS = [
  'barracuda',
  'proofpoint',
  'mimecast',
  'messagelabs',
  'symantec',
  'forcepoint',
  'fortinet',
  'fortimail',
  'ironport',
  'trendmicro',
  'trend micro',
  'bitdefender',
  'sophos',
  'zscaler',
  'safelinks',
  'urldefense',
  'cloudmark',
  'mailguard',
  'spamtitan',
  'vade',
] as const

export type AgentKind = 'person' | 'robot' | 'scanner' | 'image-proxy' | 'apple-mail-privacy'

/**
 * What kind of program a user agent names. The answer is kept for the agents seen last,
 * because few agents make most of the traffic and reading one costs a microsecond.
 */
export function agentKind(userAgent: string): AgentKind {
  const known = seen.get(userAgent)
  if (known !== undefined) return known
  if (seen.size >= SEEN_LIMIT) seen.clear()
  const kind = readAgent(userAgent)
  seen.set(userAgent, kind)
  return kind
}

const SEEN_LIMIT = 5_000
const seen = new Map<string, AgentKind>()

function readAgent(userAgent: string): AgentKind {
  const agent = userAgent.trim()
  // Apple's Mail Privacy Protection fetches every image and says only this.
  if (agent === 'Mozilla/5.0') return 'apple-mail-privacy'
  const text = agent.toLowerCase()
  if (text.includes('googleimageproxy') || text.includes('yahoomailproxy')) return 'image-proxy'
  if (SCANNER_WORDS.some((word) => text.includes(word))) return 'scanner'
  if (ROBOT_WORDS.some((word) => text.includes(word)) || namesBot(text)) return 'robot'
  return 'person'
}

const BOT = /(?:[a-z]bot|\bbot)\b/g

function namesBot(text: string): boolean {
  for (const [word] of text.matchAll(BOT)) {
    // 'CUBOT X18' is a telephone, 'Googlebot/2.1' is not.
    if (word !== 'ubot' || !text.includes('cubot')) return true
  }
  return false
}
