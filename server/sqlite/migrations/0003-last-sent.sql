-- When a mail was last taken is asked with every status; without an index every mail ever sent would be read for it.
CREATE INDEX notifications_sent ON notifications (end_time) WHERE state = 'SENT';
