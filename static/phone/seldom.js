/**
 * The screens that most days do not need. A page loads them when the first of them is asked for; the worker has none of them, for
 * a worker can load nothing later.
 */
import './server.js';
import './sync/keep.js'; // as page and worker do, so that what all share is built as one script and not as a dozen

export { answerAsk, asksPage } from './rooms/asks.js';
export { attentionPage } from './rooms/attention.js';
export { campaignsPage, changeCampaign } from './rooms/campaigns.js';
export { checkupPage, lookAgain } from './rooms/checkup.js';
export { addNew, edit, editForm, newForm } from './rooms/door.js';
export { enrolNow, enrolPage, firstPage, firstRound } from './rooms/enrol.js';
export { familyPage } from './rooms/family.js';
export { listenPage } from './rooms/listen.js';
export { change, leave, mePage, signOutPage, switchTo } from './rooms/me.js';
export { historyPage, morePage, outcomesPage } from './rooms/more.js';
export { forget, forgotPage, lockPage, minutes, off, offPage, set, setPage } from './rooms/pin.js';
export { again, begin, end, enrolAfterAll, practiceMe, practiceSync, today } from './rooms/practice.js';
export { report, reportForm } from './rooms/report.js';
export { showPage } from './rooms/show.js';
export { tellForm, tellIt, toldPage, unsay, unsayForm } from './rooms/told.js';
export { tryNow } from './rooms/unlock.js';
export { fix, move, movePage, visitPage, voidIt, voidPage, withdrawIt, withdrawPage } from './rooms/visits.js';
export { walkedPage } from './rooms/walked.js';
