// The loader hook of remove-guard.mjs: changes the text of a built module before it runs. Each pattern must match
// exactly once, so that a guard that has moved is noticed instead of left in.
const GUARDS = {
  /** What keeps a worker that was presumed dead from writing. The state machine would refuse some of it too. */
  fence: {
    module: /\/storage-sql\/dist\/index\.js$/,
    edits: [
      [
        /\.where\("transcripts\.status", "=", sql\.lit\("processing"\)\)\.whereRef\("transcripts\.attempt", "=", "held\.attempt"\)/,
        '',
      ],
      [
        /(open\.get\(lease\.transcriptId\);\s*)if \(before\?\.attempt !== lease\.attempt\) return void 0;/,
        '$1if (!before) return void 0;',
      ],
      [/if \(!move\.from\.includes\(before\.status\)\) \{/, 'if (false) {'],
    ],
  },
}

let guard

export function initialize(name) {
  guard = GUARDS[name]
  if (!guard) throw new Error(`There is no guard "${name}"; there are: ${Object.keys(GUARDS).join(', ')}.`)
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context)
  if (!guard.module.test(url)) return loaded
  const source = guard.edits.reduce((text, [pattern, replacement]) => {
    const matches = text.match(new RegExp(pattern, 'g'))?.length ?? 0
    if (matches !== 1) throw new Error(`The guard is not where it was: ${pattern} matches ${matches} times.`)
    return text.replace(pattern, replacement)
  }, String(loaded.source))
  return { ...loaded, source }
}
