"""Rows for tests. People and organizations directly, everything audited through its service."""

import factory

from console.models import Organization, Project, Repository
from robots.base.robot_names import login_name
from robots.models import Robot, RobotGrant
from teams.models import Membership, User

PASSWORD = "a long enough phrase"  # a throw-away one, for tests alone


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **_: object) -> None:
        if create and extracted:
            self.set_password(extracted)
            self.save()


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    slug = factory.Sequence(lambda n: f"org{n}")
    name = factory.Sequence(lambda n: f"Organization {n}")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.MEMBER


class ProjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Project

    organization = factory.SubFactory(OrganizationFactory)
    slug = factory.Sequence(lambda n: f"project{n}")
    name = factory.Sequence(lambda n: f"Project {n}")


class RepositoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Repository

    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence(lambda n: f"repository{n}")


class RobotFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Robot

    organization = factory.SubFactory(OrganizationFactory)
    project = None
    name = factory.Sequence(lambda n: f"robot{n}")
    project_slug = factory.LazyAttribute(lambda robot: robot.project.slug if robot.project else "")
    login_name = factory.LazyAttribute(
        lambda robot: login_name(robot.organization.slug, robot.project_slug, robot.name)
    )
    created_by = "owner@example.com"


class RobotGrantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RobotGrant

    robot = factory.SubFactory(RobotFactory)
    organization = factory.LazyAttribute(lambda grant: grant.robot.organization)
