// Medians and ranges, as the benches print them.

/** The middle one; of an even number, the upper of the two. */
const median = (figures) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]

/** `median (least–most)` */
export function spread(figures, digits = 0) {
  const sorted = figures.toSorted((a, b) => a - b)
  const [middle, least, most] = [median(sorted), sorted[0], sorted.at(-1)].map((figure) => shown(figure, digits))
  return least === most ? middle : `${middle} (${least}–${most})`
}

/** With a comma at each thousand. */
export const shown = (figure, digits = 0) =>
  figure.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** @param share - From 0 to 1: 0.99 is the figure that one in a hundred exceeds. */
export function percentile(figures, share) {
  const sorted = figures.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
