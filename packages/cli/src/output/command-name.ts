/** How the command is called here, for lines that are meant to be copied. */
export function commandName(env: Readonly<Record<string, string | undefined>>): string {
  const calledAs = env['YTSCRIPTIFY_CALLED_AS']
  if (calledAs) return calledAs
  // npx, too, sets it to "exec": whoever came that way has no ytscriptify on the PATH.
  return env['npm_command'] === 'exec' ? 'npx ytscriptify' : 'ytscriptify'
}
