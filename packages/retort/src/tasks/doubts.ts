/** What is said of a teacher that knows next to nothing. */

/** A correlation is near chance, which has 0, below this. */
export const nearNothing = 0.1;

/** What is likely wrong with it, after a colon. */
export const causes = (what: 'classes' | 'numbers'): string =>
  `it has learned too little, has other weights than its architecture needs, or was trained with another normalisation${what === 'classes' ? ', another order of classes' : ''} or on other data`;
