-- mscminer schema 0009 (SQLite)

CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;

CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;

CREATE TABLE census (
	id INTEGER NOT NULL, 
	kind INTEGER NOT NULL, 
	msc INTEGER NOT NULL, 
	study_type INTEGER NOT NULL, 
	status INTEGER NOT NULL, 
	phase INTEGER NOT NULL, 
	category INTEGER NOT NULL, 
	tissue INTEGER NOT NULL, 
	donor INTEGER NOT NULL, 
	donor_inferred INTEGER NOT NULL, 
	route INTEGER NOT NULL, 
	condition INTEGER NOT NULL, 
	country INTEGER NOT NULL, 
	sponsor_class INTEGER NOT NULL, 
	size INTEGER NOT NULL, 
	published INTEGER NOT NULL, 
	first_posted INTEGER, 
	start INTEGER, 
	primary_completion INTEGER, 
	completion INTEGER, 
	results_posted INTEGER, 
	word_hit INTEGER NOT NULL, 
	confidence DOUBLE NOT NULL, 
	ident TEXT NOT NULL, 
	family TEXT NOT NULL, 
	CONSTRAINT ck_census_kind CHECK (kind in (0, 1)), 
	CONSTRAINT pk_census PRIMARY KEY (id), 
	CONSTRAINT uq_census_kind_ident UNIQUE (kind, ident)
);

CREATE TABLE census_detail (
	census_id INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT fk_census_detail_census_id_census FOREIGN KEY(census_id) REFERENCES census (id), 
	CONSTRAINT pk_census_detail PRIMARY KEY (census_id)
);

CREATE TABLE census_part (
	"key" TEXT NOT NULL, 
	kind INTEGER NOT NULL, 
	stamp TEXT NOT NULL, 
	claims TEXT NOT NULL, 
	inferred TEXT NOT NULL, 
	essence BLOB, 
	CONSTRAINT ck_census_part_kind CHECK (kind in (0, 1)), 
	CONSTRAINT pk_census_part PRIMARY KEY ("key")
);

CREATE TABLE census_snapshot (
	digest TEXT NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_census_snapshot PRIMARY KEY (digest)
);

CREATE TABLE census_snapshot_part (
	digest TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT fk_census_snapshot_part_digest_census_snapshot FOREIGN KEY(digest) REFERENCES census_snapshot (digest), 
	CONSTRAINT pk_census_snapshot_part PRIMARY KEY (digest, position)
);

CREATE TABLE census_state (
	id INTEGER NOT NULL, 
	fingerprint TEXT NOT NULL, 
	built_at DATETIME NOT NULL, 
	CONSTRAINT pk_census_state PRIMARY KEY (id)
);

CREATE TABLE census_term (
	id INTEGER NOT NULL, 
	dimension TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_census_term PRIMARY KEY (id), 
	CONSTRAINT uq_census_term_dimension_value UNIQUE (dimension, value)
);

CREATE TABLE change (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	source TEXT NOT NULL, 
	source_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	told_in_run_id INTEGER, 
	CONSTRAINT ck_change_kind CHECK (kind in ('new','changed','retracted','reinstated','removed','deleted','merged','restored')), 
	CONSTRAINT fk_change_told_in_run_id_run FOREIGN KEY(told_in_run_id) REFERENCES run (id), 
	CONSTRAINT pk_change PRIMARY KEY (id)
);

CREATE TABLE count_ledger (
	id TEXT NOT NULL, 
	made_at DATETIME NOT NULL, 
	entry TEXT NOT NULL, 
	snapshot_digest TEXT NOT NULL, 
	output BLOB NOT NULL, 
	CONSTRAINT fk_count_ledger_snapshot_digest_census_snapshot FOREIGN KEY(snapshot_digest) REFERENCES census_snapshot (digest), 
	CONSTRAINT pk_count_ledger PRIMARY KEY (id)
);

CREATE TABLE curation_task (
	record_id INTEGER NOT NULL, 
	field TEXT NOT NULL, 
	state TEXT NOT NULL, 
	effect INTEGER NOT NULL, 
	doubt DOUBLE NOT NULL, 
	value TEXT NOT NULL, 
	"conflict" BOOLEAN NOT NULL, 
	stale BOOLEAN NOT NULL, category TEXT DEFAULT '' NOT NULL, source TEXT DEFAULT '' NOT NULL, year INTEGER, changed BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT ck_curation_task_state CHECK (state in ('open','skipped','done')), 
	CONSTRAINT fk_curation_task_record_id_record FOREIGN KEY(record_id) REFERENCES record (id), 
	CONSTRAINT pk_curation_task PRIMARY KEY (record_id, field)
);

CREATE TABLE curation_total (
	state TEXT NOT NULL, 
	field TEXT NOT NULL, 
	effective BOOLEAN NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_curation_total PRIMARY KEY (state, field, effective)
);

CREATE TABLE cursor (
	source TEXT NOT NULL, 
	"query" TEXT NOT NULL, 
	position TEXT NOT NULL, 
	run_id INTEGER, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT fk_cursor_run_id_run FOREIGN KEY(run_id) REFERENCES run (id), 
	CONSTRAINT pk_cursor PRIMARY KEY (source, "query")
);

CREATE TABLE decision (
	id INTEGER NOT NULL, 
	uid TEXT NOT NULL, 
	source TEXT NOT NULL, 
	source_id TEXT NOT NULL, 
	line TEXT NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT NOT NULL, 
	verdict TEXT NOT NULL, 
	new_value TEXT, 
	evidence TEXT NOT NULL, 
	shown TEXT NOT NULL, 
	why TEXT NOT NULL, 
	who TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	previous_id INTEGER NOT NULL, 
	undoes TEXT, 
	origin TEXT NOT NULL, 
	CONSTRAINT ck_decision_verdict CHECK (verdict in ('accept','correct','reject','not_stated','skip','note','undo')), 
	CONSTRAINT pk_decision PRIMARY KEY (id), 
	CONSTRAINT uq_decision_chain UNIQUE (source, source_id, line, field, previous_id), 
	CONSTRAINT uq_decision_uid UNIQUE (uid)
);

CREATE TABLE document (
	id INTEGER NOT NULL, 
	record_version_id INTEGER NOT NULL, 
	parser_version TEXT NOT NULL, 
	version TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT fk_document_record_version_id_record_version FOREIGN KEY(record_version_id) REFERENCES record_version (id), 
	CONSTRAINT pk_document PRIMARY KEY (id), 
	CONSTRAINT uq_document_record_version_id_parser_version UNIQUE (record_version_id, parser_version)
);

CREATE TABLE extraction (
	id INTEGER NOT NULL, 
	document_id INTEGER NOT NULL, 
	maker_name TEXT NOT NULL, 
	maker_version TEXT NOT NULL, 
	screened_out BOOLEAN NOT NULL, 
	absences TEXT NOT NULL, 
	detail BLOB, 
	CONSTRAINT fk_extraction_document_id_document FOREIGN KEY(document_id) REFERENCES document (id), 
	CONSTRAINT pk_extraction PRIMARY KEY (id), 
	CONSTRAINT uq_extraction_document_id_maker_name_maker_version UNIQUE (document_id, maker_name, maker_version)
);

CREATE TABLE fact (
	id INTEGER NOT NULL, 
	extraction_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT NOT NULL, 
	confidence DOUBLE NOT NULL, 
	basis TEXT NOT NULL, 
	maker TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	CONSTRAINT ck_fact_confidence CHECK (confidence between 0 and 1), 
	CONSTRAINT fk_fact_extraction_id_extraction FOREIGN KEY(extraction_id) REFERENCES extraction (id) ON DELETE CASCADE, 
	CONSTRAINT pk_fact PRIMARY KEY (id)
);

CREATE TABLE family_decision (
	id INTEGER NOT NULL, 
	a TEXT NOT NULL, 
	b TEXT NOT NULL, 
	ruling TEXT NOT NULL, 
	who TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	why TEXT NOT NULL, 
	CONSTRAINT ck_family_decision_ruling CHECK (ruling in ('merge','split')), 
	CONSTRAINT pk_family_decision PRIMARY KEY (id)
);

CREATE TABLE login_attempt (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_login_attempt PRIMARY KEY (id)
);

CREATE TABLE quarantine (
	id INTEGER NOT NULL, 
	origin TEXT NOT NULL, 
	locator TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	source_key TEXT, 
	reason TEXT NOT NULL, 
	remedy TEXT NOT NULL, 
	raw BLOB NOT NULL, 
	first_seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_quarantine PRIMARY KEY (id), 
	CONSTRAINT uq_quarantine_origin_locator_sha256 UNIQUE (origin, locator, sha256)
);

CREATE TABLE "record" (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	source_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	state_reason TEXT, 
	state_since DATETIME, 
	current_version_id INTEGER, 
	CONSTRAINT ck_record_state CHECK (state in ('active','removed','retracted','deleted','merged')), 
	CONSTRAINT fk_record_current_version_id_record_version FOREIGN KEY(current_version_id) REFERENCES record_version (id), 
	CONSTRAINT pk_record PRIMARY KEY (id), 
	CONSTRAINT uq_record_source_source_id UNIQUE (source, source_id)
);

CREATE TABLE record_card (
	record_id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	source_id TEXT NOT NULL, 
	document_id INTEGER NOT NULL, 
	extraction_id INTEGER, 
	decision_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	year INTEGER, 
	interventional BOOLEAN NOT NULL, 
	msc TEXT NOT NULL, 
	category TEXT NOT NULL, 
	phase TEXT NOT NULL, 
	tissue TEXT NOT NULL, 
	donor TEXT NOT NULL, linked TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT fk_record_card_document_id_document FOREIGN KEY(document_id) REFERENCES document (id), 
	CONSTRAINT fk_record_card_record_id_record FOREIGN KEY(record_id) REFERENCES record (id), 
	CONSTRAINT pk_record_card PRIMARY KEY (record_id)
);

CREATE TABLE record_link (
	id INTEGER NOT NULL, 
	a TEXT NOT NULL, 
	b TEXT NOT NULL, 
	type TEXT NOT NULL, 
	basis TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	score DOUBLE NOT NULL, 
	CONSTRAINT pk_record_link PRIMARY KEY (id)
);

CREATE TABLE record_version (
	id INTEGER NOT NULL, 
	record_id INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	media TEXT NOT NULL, 
	raw BLOB NOT NULL, 
	fetched_at DATETIME NOT NULL, 
	revised_at TEXT, 
	origin TEXT NOT NULL, 
	note TEXT, 
	CONSTRAINT fk_record_version_record_id_record FOREIGN KEY(record_id) REFERENCES record (id), 
	CONSTRAINT pk_record_version PRIMARY KEY (id), 
	CONSTRAINT uq_record_version_record_id_sha256 UNIQUE (record_id, sha256)
);

CREATE TABLE run (
	id INTEGER NOT NULL, 
	job TEXT NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	state TEXT NOT NULL, 
	request TEXT NOT NULL, 
	result TEXT, 
	error TEXT, 
	CONSTRAINT ck_run_state CHECK (state in ('running','complete','partial','failed')), 
	CONSTRAINT pk_run PRIMARY KEY (id)
);

CREATE TABLE sample (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	seed INTEGER NOT NULL, 
	created_by TEXT NOT NULL, 
	created_at DATETIME NOT NULL, closed_at DATETIME, closed_by TEXT, 
	CONSTRAINT pk_sample PRIMARY KEY (id)
);

CREATE TABLE sample_item (
	sample_id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	source_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT fk_sample_item_sample_id_sample FOREIGN KEY(sample_id) REFERENCES sample (id), 
	CONSTRAINT pk_sample_item PRIMARY KEY (sample_id, source, source_id)
);

CREATE VIRTUAL TABLE search_text USING fts5(title, words, content='', tokenize='porter unicode61');

CREATE TABLE 'search_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'search_text_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'search_text_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

CREATE TABLE 'search_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE user_account (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	password_hash TEXT NOT NULL, 
	role TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	disabled_at DATETIME, 
	CONSTRAINT ck_user_account_role CHECK (role in ('reader','curator','adjudicator','admin')), 
	CONSTRAINT pk_user_account PRIMARY KEY (id), 
	CONSTRAINT uq_user_account_name UNIQUE (name)
);

CREATE TABLE web_session (
	token_hash TEXT NOT NULL, 
	user_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT ck_web_session_kind CHECK (kind in ('browser','token')), 
	CONSTRAINT fk_web_session_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT pk_web_session PRIMARY KEY (token_hash)
);

CREATE INDEX ix_change_told_in_run_id ON change (told_in_run_id);

CREATE INDEX ix_count_ledger_made_at ON count_ledger (made_at);

CREATE INDEX ix_curation_task_category ON curation_task (category, state, effect, doubt, record_id, field);

CREATE INDEX ix_curation_task_category_year ON curation_task (category, year, state, effect, doubt, record_id, field);

CREATE INDEX ix_curation_task_changed ON curation_task (changed, state, effect, doubt, record_id, field) WHERE changed;

CREATE INDEX ix_curation_task_conflict ON curation_task ("conflict", state, effect, doubt, record_id, field) WHERE conflict;

CREATE INDEX ix_curation_task_field ON curation_task (field, state, effect, doubt, record_id, value);

CREATE INDEX ix_curation_task_order ON curation_task (state, effect, doubt, record_id, field, value);

CREATE INDEX ix_curation_task_source ON curation_task (source, state, effect, doubt, record_id, field);

CREATE INDEX ix_curation_task_stale ON curation_task (stale, state, effect, doubt, record_id, field) WHERE stale;

CREATE INDEX ix_curation_task_year ON curation_task (year, state, effect, doubt, record_id, field);

CREATE INDEX ix_decision_who_at ON decision (who, at);

CREATE INDEX ix_document_record_version_id ON document (record_version_id);

CREATE INDEX ix_document_version ON document (version);

CREATE INDEX ix_extraction_maker_version ON extraction (maker_version);

CREATE INDEX ix_fact_extraction_id ON fact (extraction_id);

CREATE INDEX ix_fact_field_value ON fact (field, value);

CREATE INDEX ix_login_attempt_address_at ON login_attempt (address, at);

CREATE INDEX ix_login_attempt_name_at ON login_attempt (name, at);

CREATE INDEX ix_record_card_browse ON record_card (kind, msc, year);

CREATE INDEX ix_record_card_document_id ON record_card (document_id);

CREATE INDEX ix_record_card_source_id ON record_card (source_id);

CREATE INDEX ix_record_current_version_id ON record (current_version_id);

CREATE INDEX ix_record_link_a ON record_link (a);

CREATE INDEX ix_record_link_b ON record_link (b);

CREATE INDEX ix_record_state ON record (state, current_version_id);

CREATE INDEX ix_record_version_record_id ON record_version (record_id);

CREATE INDEX ix_web_session_user_id ON web_session (user_id);
