import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { shownPlace, withShownPlaces } from './place.ts';

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-place-')));
const [home, here] = [path.join(scratch, 'home'), path.join(scratch, 'home/here')];
fs.mkdirSync(here, { recursive: true });
process.chdir(here);
process.env.HOME = home;
after(() => fs.rmSync(scratch, { recursive: true }));

test('a place is shown from the current folder, from the home folder, or whole', () => {
  const shown: [place: string, text: string][] = [
    [path.join(here, 'runs/kd'), 'runs/kd'],
    [path.join(here, '..kd'), '..kd'],
    [here, '.'],
    [path.join(home, 'weights/a.pth'), '~/weights/a.pth'],
    [home, '~'],
    [path.join(scratch, 'else'), path.join(scratch, 'else')],
    ['../kd', '../kd'],
  ];
  for (const [place, text] of shown) assert.equal(shownPlace(place), text);
});

test('and so are those in the name of a network', () => {
  assert.equal(withShownPlaces(`${here}/net.ts#create:${home}/a.pth#ema`), 'net.ts#create:~/a.pth#ema');
  assert.equal(withShownPlaces('resnet20:resnet20.pth'), 'resnet20:resnet20.pth');
});
