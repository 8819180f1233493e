// YOUTUBE_CLIENTS: as whom YouTube is asked, in order. `ANDROID=21.30.100,VISIONOS`, or a list in JSON for what has no name here.
import { YOUTUBE_CLIENTS, type YouTubeClient } from '@ytscriptify/source-youtube/options'
import { z } from 'zod'

/**
 * The clients in their order; what is not said of one that is known here stays as it is.
 *
 * @param onProblem - Told why it cannot be used.
 */
export function parseYouTubeClients(
  text: string,
  onProblem: (why: string) => void,
): readonly YouTubeClient[] | undefined {
  const entries = text.startsWith('[') ? jsonEntries(text, onProblem) : shortEntries(text, onProblem)
  const clients: YouTubeClient[] = []
  for (const entry of entries ?? []) {
    const client = complete(entry, onProblem)
    if (!client) return undefined
    if (clients.some(({ name }) => name === client.name)) return void onProblem(`names ${client.name} twice`)
    clients.push(client)
  }
  return clients.length > 0 ? clients : undefined
}

/** What goes into a header as it is. */
const headerText = z.string().regex(/^[\x20-\x7e]{1,300}$/, { error: 'is no text for a header' })
const clientName = z
  .string()
  .toUpperCase()
  .regex(/^[A-Z][A-Z\d_]{1,49}$/, { error: 'is no name of a client' })
const clientVersion = z.string().regex(/^[\w.-]{1,50}$/, { error: 'is no version' })

const namedClient = z.strictObject({ name: clientName, version: clientVersion.optional() })

const describedClient = namedClient.extend({
  number: z.int().min(1).max(9_999).optional(),
  userAgent: headerText.optional(),
  device: z.record(z.string().min(1).max(50), z.union([z.string().max(200), z.number()])).optional(),
  via: z.enum(['player call', 'watch page']).optional(),
})

type Entry = z.output<typeof describedClient>

/** `ANDROID=21.30.100, VISIONOS` */
function shortEntries(text: string, onProblem: (why: string) => void): readonly Entry[] | undefined {
  const entries: Entry[] = []
  for (const part of text.split(',').map((each) => each.trim())) {
    const [name, version, ...more] = part.split('=').map((each) => each.trim())
    const parsed = namedClient.safeParse({ name, ...(version !== undefined && { version }) })
    if (!parsed.success || more.length > 0)
      return void onProblem(`has "${part.slice(0, 60)}", which is neither NAME nor NAME=VERSION`)
    entries.push(parsed.data)
  }
  return entries
}

function jsonEntries(text: string, onProblem: (why: string) => void): readonly Entry[] | undefined {
  const parsed = z.array(describedClient).min(1).safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : ''
  return void onProblem(`is no list of clients in JSON${place}: ${issue?.message ?? 'it cannot be read'}`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function complete(entry: Entry, onProblem: (why: string) => void): YouTubeClient | undefined {
  const { name, version, number, userAgent, device, via } = entry
  const known = YOUTUBE_CLIENTS.find((client) => client.name === name)
  const whole = known ? withVersion(known, version) : { name, version, number: undefined, userAgent: undefined }
  const client = {
    ...whole,
    ...(number !== undefined && { number }),
    ...(userAgent !== undefined && { userAgent }),
    ...(device && { device }),
    ...(via && { via }),
  }
  if (isWhole(client)) return client
  const names = YOUTUBE_CLIENTS.map((each) => each.name).join(', ')
  const needs = 'another needs its version, number and userAgent, in JSON'
  return void onProblem(`names ${name}, which is not known here (${names}); ${needs}`)
}

/** Apps tell their version in their user agent, too. */
const withVersion = (client: YouTubeClient, version = client.version): YouTubeClient => ({
  ...client,
  version,
  userAgent: client.userAgent.replaceAll(client.version, version),
})

type Whole = Pick<YouTubeClient, 'version' | 'number' | 'userAgent'>

const isWhole = <Client extends { readonly [Key in keyof Whole]: Whole[Key] | undefined }>(
  client: Client,
): client is Client & Whole =>
  client.version !== undefined && client.number !== undefined && client.userAgent !== undefined
