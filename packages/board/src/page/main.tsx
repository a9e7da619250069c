/** The board but for its playground. */
import { Board } from './screens/board.tsx';
import { start } from './start.tsx';

start(<Board />);
