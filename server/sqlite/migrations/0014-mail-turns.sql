-- A user's next mail is found without looking at other users' or at what has ended: users take turns.
CREATE INDEX notifications_of_turn ON notifications (user_id, ready_mono) WHERE ready_mono IS NOT NULL;
