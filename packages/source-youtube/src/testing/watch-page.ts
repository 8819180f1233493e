// The page of a video, as far as programs read it.

/** @param player - What the player call would answer; the page carries it along. */
export function watchPage(player: object): string {
  // "<" would end the script if a title contained "</script>".
  const inline = JSON.stringify(player).replaceAll('<', '\\u003c')
  return `<!doctype html><html><head><title>Stand-in</title></head><body>
<script>ytcfg.set({"INNERTUBE_API_KEY": "stand-in"});</script>
<script>var ytInitialPlayerResponse = ${inline};</script>
</body></html>`
}
