"""What a service is to the suite: its tables, routes, permissions, navigation and what it reacts to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import click
from flask import Blueprint

from shared.core.permissions import Permission
from shared.core.principals import Role
from shared.core.text import Message
from shared.db.migrate import Schema
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany
from shared.eventlog import FeedEvent
from shared.jobs import JobHandler, Schedule
from shared.web.api import ApiBlueprint

EventHandler = Callable[[UnitOfWork, FeedEvent], None]
DemoLoader = Callable[[Database, DemoCompany], None]
Seeder = Callable[[UnitOfWork, datetime], None]


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the suite's navigation; shown to those who hold `permission`.

    `also` are other addresses at and below which it is the current one. `first_for` are the roles that open
    the suite for this page above all; `purpose` tells them in a sentence what to do there.
    """

    section: Message
    label: Message
    url: str
    permission: Permission
    order: int = 50
    also: tuple[str, ...] = ()
    first_for: tuple[Role, ...] = ()
    purpose: Message | None = None


@dataclass(frozen=True)
class Service:
    """One service, declared in its `app.py`.

    `handlers` maps a source service to its message types and what to do with each; `audited` lists the
    models whose rows the log must account for; `commands` take the suite as their click object; `load_demo`
    fills an empty database with this service's part of the demo company, `seed` a company's own with what ships
    with the product, once.
    """

    name: str
    title: Message
    import_name: str
    schema: Schema
    permissions: tuple[Permission, ...]
    apis: tuple[ApiBlueprint, ...] = ()
    pages: tuple[Blueprint, ...] = ()
    navigation: tuple[NavigationItem, ...] = ()
    audited: tuple[type[Any], ...] = ()
    handlers: Mapping[str, Mapping[str, EventHandler]] = field(default_factory=dict)
    jobs: Mapping[str, JobHandler] = field(default_factory=dict)
    schedules: tuple[Schedule, ...] = ()
    commands: tuple[click.Command, ...] = ()
    load_demo: DemoLoader | None = None
    seed: Seeder | None = None
