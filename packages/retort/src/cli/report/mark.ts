/** By which a file is known as a report. */
export const mark = '<meta name="generator" content="retort report">';
