import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hrefOf, parseRoute, type Route } from './route.ts';

type Known = Exclude<Route, { screen: 'nowhere' }>;
const hash = (route: Known): string => hrefOf(route).replace(/^[^#]*/, '');

test('every place is found again by its address, whatever a run is called', () => {
  const id = 'a b/ü,#%2F/<script>';
  const all: Known[] = [
    { screen: 'runs' },
    { screen: 'run', id, tab: 'curves' },
    { screen: 'run', id, tab: 'diagnoses' },
    { screen: 'compare', ids: [] },
    { screen: 'compare', ids: [id, '.'] },
    { screen: 'playground', id },
    { screen: 'playground', id: null },
  ];
  for (const route of all) assert.deepEqual(parseRoute(hash(route)), route);
});

test('the playground is another page', () => {
  assert.match(hrefOf({ screen: 'playground', id: null }), /^\.\/playground\.html#/);
  assert.match(hrefOf({ screen: 'runs' }), /^\.\/#/);
});

test('no address is the table of runs, and a wrong one is nowhere', () => {
  assert.deepEqual(parseRoute(''), { screen: 'runs' });
  for (const wrong of ['#/run', '#/run/a/b', '#/run/%E0%A4%A', '#/else', '#/run/a/log/more'])
    assert.deepEqual(parseRoute(wrong), { screen: 'nowhere' }, wrong);
});
