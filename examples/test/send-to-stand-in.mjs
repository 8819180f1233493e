// Loaded before an example: what it asks of YouTube goes to the stand-in, so that the example needs no word about it.
const standIn = new URL(process.env.STAND_IN_URL)
const { fetch } = globalThis

// Not by an assignment, which the type checker would take for the declaration of another fetch.
Reflect.set(globalThis, 'fetch', (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  if (url.hostname === '127.0.0.1') return fetch(input, init) // The example's own server.
  if (!url.hostname.endsWith('youtube.com')) throw new Error(`An example asked for ${url.origin}.`)
  return fetch(new URL(url.pathname + url.search, standIn), init)
})
