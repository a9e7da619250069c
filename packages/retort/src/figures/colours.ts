/** Colours that can be told apart by the colour-blind (Okabe & Ito 2008), on white and on black: the yellow is left out, and black is the colour of text. */

const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', 'currentColor'] as const;

/** How lines of the same colour are told apart: lengths of dashes and of what is between them. */
const dashes = ['none', '6 3', '2 2', '9 3 2 3', '12 5'] as const;

/** The two sides wherever both are in a figure. */
export const sides = { student: colours[0], teacher: colours[1] } as const;

/** @example colourOf(0) // '#0072b2' */
export const colourOf = (place: number): string => colours[place % colours.length] ?? '';

/** Those after the last colour begin with the first again, in other dashes: 35 lines are all different. @example dashOf(7) // '6 3' */
export const dashOf = (place: number): string =>
  dashes[Math.floor(place / colours.length) % dashes.length] ?? '';
