// A client of the HTTP API in plain fetch, as small as one can be.

export function apiAt(url, key) {
  const headers = { 'X-API-Key': key }

  return {
    async get(path) {
      return answerOf(await fetch(url + path, { headers }))
    },

    async post(path, body) {
      const options = { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' } }
      return answerOf(await fetch(url + path, { ...options, body: JSON.stringify(body) }))
    },

    /** Server-sent events, until the server has no more or is gone. */
    async *events(path) {
      const { body } = await fetch(url + path, { headers })
      let text = ''
      try {
        for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
          const events = (text + chunk).split('\n\n')
          text = events.pop()
          for (const event of events) {
            const { event: name, data } = Object.fromEntries(event.split('\n').map((line) => line.split(/: (.*)/s)))
            if (data !== undefined) yield { name, data: JSON.parse(data) }
          }
        }
      } catch (error) {
        // The server was killed, which is the point of the demo.
        if (error.cause?.code !== 'UND_ERR_SOCKET' && error.cause?.code !== 'ECONNRESET') throw error
      }
    },
  }
}

async function answerOf(response) {
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`)
  return response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text
}
