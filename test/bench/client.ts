/** A contender's process: runs Openline or one of the floors, again and again, and tells what it took. */
import { createHttpFetch } from '../../src/core/endpoints/httpFetch.ts';
import { runFloor } from './floors.ts';
import { clientOrder } from './messages.ts';
import { runOpenline } from './openlineRun.ts';
import { answerOrders } from './worker.ts';

const http = createHttpFetch();
answerOrders(clientOrder, (order) =>
  order.do === 'openline' ? runOpenline(order, http) : runFloor(order, http.fetch),
);
