// What of our environment the program gets: our own secrets are none of its business.

type Environment = Readonly<Record<string, string | undefined>>

/** Where things are, how text is written, which way out the network has, and what Python and Deno want to know. */
const HANDED_ON =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|LANG|LANGUAGE|LC_\w+|TZ|XDG_\w+|SYSTEMROOT|COMSPEC|PATHEXT|WINDIR|APPDATA|LOCALAPPDATA|USERPROFILE|PROGRAM\w*|(?:HTTPS?|ALL|NO)_PROXY|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|PYTHON\w+|VIRTUAL_ENV|DENO_\w+|NODE_EXTRA_CA_CERTS)$/i

export function childEnvironment(env: Environment, proxy: string | undefined): Record<string, string> {
  const handed = Object.entries(env).filter((entry): entry is [string, string] => {
    const [name, value] = entry
    return value !== undefined && HANDED_ON.test(name) && !(proxy !== undefined && /_proxy$/i.test(name))
  })
  return {
    ...Object.fromEntries(handed),
    // Whatever the language of the machine, its output is UTF-8.
    PYTHONUTF8: '1',
    ...(proxy !== undefined && { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, http_proxy: proxy, https_proxy: proxy }),
  }
}
