"""The migrations lead to what the models say, on both engines, and back."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import JSONB

from services.training.app import SERVICE
from services.training.courses.models import Course, CourseVersion
from services.training.courses.rules import check_publishable
from services.training.parts.rules import TextPart
from shared.core.ids import new_id
from shared.db.migrate import differences, downgrade, upgrade
from shared.db.uow import Database


def test_the_migrations_lead_to_the_models_and_back_to_nothing(database_url: str) -> None:
    database = Database(database_url)
    assert upgrade(database, SERVICE.schema)
    assert differences(database, SERVICE.schema) == []
    downgrade(database, SERVICE.schema)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.dispose()


def test_a_course_from_before_there_were_parts_keeps_its_text_and_its_questions_to_think_about(
    database_url: str,
) -> None:
    database = Database(database_url)
    upgrade(database, SERVICE.schema, to="0002")
    course_id, version_id = new_id(), new_id()
    quiz = [
        {
            "question": {"zh": "问", "en": "Why?"},
            "options": [{"zh": "甲", "en": "a"}, {"zh": "乙", "en": "b"}],
            "answer": 1,
        }
    ]
    with database.engine.begin() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection, only=["course", "course_version"])
        at = sa.func.current_timestamp()
        course = {"id": course_id, "code": "old", "title": {"zh": "旧", "en": "Old"}, "category": "skill"}
        course |= {"created_at": at, "last_event_id": new_id()}
        version = {"id": version_id, "course_id": course_id, "number": 1, "status": "published"}
        version |= {"body": {"zh": "# 一", "en": "# One"}, "minutes": 20, "quiz": quiz, "pass_mark": 80}
        version |= {"certifies": True, "drafted_at": at, "version": 1, "last_event_id": new_id()}
        for name, row in (("course", course), ("course_version", version)):
            table = metadata.tables[name]
            for column in table.columns:
                if column.name in row and isinstance(row[column.name], UUID):
                    column.type = sa.Uuid()
                if column.name in ("title", "body", "quiz"):
                    column.type = sa.JSON().with_variant(JSONB(), "postgresql")
            connection.execute(table.insert().values(row))
    upgrade(database, SERVICE.schema)
    with database.read() as uow:
        found = uow.session.get_one(CourseVersion, version_id)
        text, questions = found.content.parts
        assert isinstance(text, TextPart)
        assert isinstance(questions, TextPart)
        assert text.text.en == "# One"
        assert "Why?" in questions.text.en
        assert "- b" in questions.text.en
        assert not found.retrain
        (made,) = uow.session.scalars(sa.select(Course))
        assert (made.tags, made.words) == ([], "old\n旧\nold")
        check_publishable(found.content)
    downgrade(database, SERVICE.schema, to="0002")
    with database.engine.begin() as connection:
        body = connection.execute(sa.text("SELECT body FROM course_version")).scalar_one()
        assert "# One" in (body if isinstance(body, str) else body["en"])
    downgrade(database, SERVICE.schema)
    database.dispose()
