// Waits that are minutes and hours in production, and would be most of a run: an answer that can be waited for must come
// while the run looks. What a run measures stays as it is: leases and the reconciler.
export const SHORT_WAITS = [
  // Between the attempts at a video.
  [/(var DEFAULT_RETRY_POLICY = \{\s*baseMs: )3e4(,\s*maxMs: )15 \* 6e4/, '$1100$2800'],
  // Of a gate that YouTube has closed.
  [/(var DEFAULT_GATE_POLICY = \{\s*minMs: )3e4(,\s*maxMs: )5 \* 6e4/, '$1200$2800'],
  // Between the attempts at a callback.
  [/(var STANDARD_DELAYS_MS = \[)[^\]]*\]/, '$1100, 200, 400, 400, 400, 400, 400, 400, 400]'],
]
