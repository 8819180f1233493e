// A video as youtubei.js finds it on a page: under several names, one for each way that YouTube draws a list.
import type { ListedVideo } from '@ytscriptify/core'
import { z } from 'zod'
import { isVideoId } from '../parse-video-id.ts'

/** The field if it has the form that is known, else nothing. */
const known = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)

const id = known(z.string().refine(isVideoId))

/** Its text is read by this method: the class has more than one form of it. */
const text = known(z.custom<{ toString(): string }>((value) => typeof value === 'object' && value !== null))

/** Read by form, and not by class: what a class is called tells less of what it holds. */
const item = z.object({
  // Of a playlist, and of shorts as they were.
  id,
  // Of a grid.
  video_id: id,
  // Of a lockup, the newest form of both.
  content_id: id,
  // Of shorts.
  on_tap_endpoint: known(z.object({ payload: known(z.object({ videoId: id })) })),
  title: text,
  metadata: known(z.object({ title: text })),
  overlay_metadata: known(z.object({ primary_text: text })),
  style: known(z.string()),
})

/** @returns `undefined` when it is no video of this list. */
export function listedVideo(node: unknown): ListedVideo | undefined {
  const parsed = item.safeParse(node)
  if (!parsed.success || parsed.data.style === RECOMMENDED) return undefined
  const { data } = parsed
  const videoId = data.id ?? data.video_id ?? data.content_id ?? data.on_tap_endpoint?.payload?.videoId
  if (videoId === undefined) return undefined
  const title = titleOf(data.title ?? data.metadata?.title ?? data.overlay_metadata?.primary_text)
  return { videoId, url: `https://www.youtube.com/watch?v=${videoId}`, ...(title !== '' && { title }) }
}

/** Below a short playlist, YouTube shows others. */
const RECOMMENDED = 'PLAYLIST_VIDEO_RENDERER_STYLE_RECOMMENDED_VIDEO'

/** As long as a title that is stored with a video may be. */
const LONGEST_TITLE = 1_000

/** Without a text it calls itself "N/A". */
function titleOf(title: { toString(): string } | undefined): string {
  const said = title?.toString() ?? ''
  return said === 'N/A' || said.length > LONGEST_TITLE ? '' : said
}
