/** What both pages begin with. */
import './style/index.css';
import { type ComponentChild, render } from 'preact';
import { connect } from './client/events.ts';
import { watchRuns } from './client/runs.ts';
import { Frame } from './parts/frame.tsx';

export function start(content: ComponentChild): void {
  const place = document.getElementById('board');
  if (!place) throw new Error('the page has no place for the board');
  watchRuns();
  connect();
  place.replaceChildren();
  render(<Frame>{content}</Frame>, place);
}
