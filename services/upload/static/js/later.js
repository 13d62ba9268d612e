// What the page can do once it stands: forms that stay, zoom, drag and paste; uploads made ready.
import './keep.js';
import './preview.js';
import { listenToDesk } from './desk.js';
import { listenToPhone } from './phone.js';
import { stayingForms } from './stay.js';
import { zooming } from './zoom.js';

stayingForms();
listenToDesk();
listenToPhone();
zooming();
