/** The page of the playground, which alone may compile WebAssembly. */
import { Playground } from './screens/playground.tsx';
import { start } from './start.tsx';

start(<Playground />);
