// Medians and ranges, as the benches print them.

const median = (figures) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]

/** `median (least–most)` */
export function spread(figures, digits = 0) {
  const sorted = figures.toSorted((a, b) => a - b)
  return `${median(sorted).toFixed(digits)} (${sorted[0].toFixed(digits)}–${sorted.at(-1).toFixed(digits)})`
}

/** @param share - From 0 to 1: 0.99 is the figure that one in a hundred exceeds. */
export function percentile(figures, share) {
  const sorted = figures.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
