/** The page of the playground. */
import { Playground } from './screens/playground.tsx';
import { start } from './start.tsx';

start(<Playground />);
